export type Child = Node | string;

/** Makes an element. Words among its children are put in as text: none of them is ever read as HTML. */
export const element = <Tag extends keyof HTMLElementTagNameMap>(tag: Tag, children: Child[], className = ""): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...children);
  return made;
};
