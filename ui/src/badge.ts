/** Shows how much calls me where the page itself is not seen: on its tab, and on its icon where it is installed. */
export const showWaiting = (count: number): void => {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const wanted = count > 0 ? "/favicon-mention.svg" : "/favicon.svg";
  if (icon && icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
  if (!("setAppBadge" in navigator)) return;
  const shown = count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge();
  // A browser that shows no badge loses nothing.
  shown.catch(() => {});
};
