import { openSidebar, type Screen } from "./screen.ts";

/** People among themselves: conversations, private channels, who is in them and who is here. */
export const among: Screen[] = [
  {
    name: "conversation",
    show: async (showing) => {
      await showing.go(`/dm/${showing.id("benji and neeraj")}`);
      await showing.page.getByRole("heading", { level: 1, name: "Neeraj" }).waitFor();
      await showing.visit.message("second rig's quote").waitFor();
    },
  },
  {
    name: "private-channel",
    show: async (showing) => {
      await showing.go("/c/budget");
      await showing.page.getByRole("button", { name: "Channel menu" }).waitFor();
    },
  },
  {
    name: "members",
    show: async (showing) => {
      await showing.go("/c/budget");
      await showing.page.getByRole("button", { name: "Channel menu" }).click();
      await showing.page.getByRole("menuitem", { name: "Members" }).click();
      await showing.page.getByRole("list", { name: "Members" }).waitFor();
    },
  },
  {
    name: "channel-menu",
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.page.getByRole("button", { name: "Channel menu" }).click();
      await showing.page.getByRole("menu").waitFor();
    },
  },
  {
    name: "new-message",
    apart: true,
    show: async (showing) => {
      const { page } = showing;
      await showing.go("/c/general");
      await openSidebar(showing);
      await page.getByRole("button", { name: "New message" }).click();
      await page.getByRole("combobox", { name: "To" }).fill("e");
      await page.getByRole("option").nth(2).waitFor();
    },
  },
  {
    name: "new-channel-private",
    show: async (showing) => {
      const { page } = showing;
      await showing.go("/settings/channels");
      await page.getByRole("button", { name: "New channel" }).last().click();
      await page.getByRole("radio", { name: /^Private/ }).check();
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "here-now",
    apart: true,
    show: async (showing) => {
      const { page } = showing;
      await showing.go("/c/general");
      await openSidebar(showing);
      await page.getByText("no access to the registry").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "status",
    apart: true,
    show: async (showing) => {
      const { page } = showing;
      await showing.go("/c/general");
      await openSidebar(showing);
      await page.getByRole("button", { name: /@benji$/ }).click();
      await page.getByRole("menuitem", { name: "Set a status…" }).click();
      await page.getByRole("dialog", { name: "Your status" }).waitFor();
    },
  },
];
