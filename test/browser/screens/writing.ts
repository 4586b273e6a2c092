import { isPhone, paste, post, row, type Screen } from "./screen.ts";

const longLog = Array.from({ length: 60 }, (_, at) => `2026-03-29T16:0${at % 10}:00Z worker-${at % 4} batch ${at} done in ${(at * 37) % 900} ms`).join("\n");

/** What is written, changed and made. */
export const writing: Screen[] = [
  {
    name: "composer-reply",
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("plan")}`);
      await showing.page.keyboard.press("r");
      await showing.page.getByText(/^Replying to/).waitFor();
      await showing.visit.box.fill("Start it **fresh**, and keep the old state beside it:\n\n- `runs/2026-03-26/optimizer.pt`\n- one more run costs 13 h");
    },
  },
  {
    name: "composer-edit",
    show: async (showing) => {
      await showing.go("/c/general");
      await showing.visit.box.press("ArrowUp");
      await showing.page.getByText("Editing your message").waitFor();
    },
  },
  {
    name: "composer-long-paste",
    show: async (showing) => {
      await showing.go("/c/ci");
      await paste(showing, longLog);
    },
  },
  {
    name: "post-refused",
    show: async (showing) => {
      await showing.refuse("**/api/channels/*/messages", "POST", 422, "The content is longer than 256 KiB. Post it as a file.");
      await showing.go("/c/ci");
      await post(showing, "A log that is far too long to be taken");
      await showing.page.getByText(/^Not sent/).waitFor();
    },
  },
  {
    name: "delete-dialog",
    show: async (showing) => {
      await showing.go("/c/general");
      await showing.visit.choose(row(showing, "Plan for today"), "Delete");
      await showing.page.getByRole("dialog", { name: "Delete this message?" }).waitFor();
    },
  },
  {
    name: "new-channel",
    apart: true,
    show: async (showing) => {
      const { page, width } = showing;
      await showing.go("/c/general");
      if (isPhone(width)) await page.getByRole("button", { name: "Open channels" }).click();
      await page.getByRole("button", { name: "New channel" }).click();
      await page.getByRole("dialog", { name: "New channel" }).waitFor();
    },
  },
];
