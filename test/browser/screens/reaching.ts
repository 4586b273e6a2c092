import { isPhone, openSidebar, type Screen } from "./screen.ts";

/** Going about by keys and lists, and what waits for one. */
export const reaching: Screen[] = [
  {
    name: "switcher",
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.page.keyboard.press("ControlOrMeta+k");
      await showing.page.getByRole("dialog", { name: "Go to" }).waitFor();
    },
  },
  {
    name: "switcher-query",
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.page.keyboard.press("ControlOrMeta+k");
      await showing.page.getByRole("combobox", { name: "Go to" }).fill("be");
      await showing.page.getByRole("option", { name: /@/ }).first().waitFor();
    },
  },
  {
    name: "keys",
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.visit.box.press("Escape");
      await showing.page.keyboard.press("?");
      await showing.page.getByRole("dialog", { name: "Keys" }).waitFor();
    },
  },
  {
    name: "two-keys",
    at: (width) => !isPhone(width),
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.visit.box.press("Escape");
      await showing.page.keyboard.press("g");
      await showing.page.getByText("The inbox").waitFor();
    },
  },
  {
    name: "my-menu",
    apart: true,
    show: async (showing) => {
      const { page } = showing;
      await showing.go("/c/general");
      await openSidebar(showing);
      await page.getByRole("button", { name: /@benji$/ }).click();
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "inbox",
    show: async (showing) => {
      await showing.go("/inbox");
      await showing.page.getByRole("list", { name: "Waiting for you" }).getByRole("article").first().waitFor();
    },
  },
  {
    name: "inbox-empty",
    fresh: true,
    show: async (showing) => {
      await showing.go("/inbox");
      await showing.page.getByRole("heading", { name: "Nothing waits for you" }).waitFor();
    },
  },
];
