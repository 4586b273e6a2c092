import type { Locator } from "playwright-core";
import { BENJI } from "../sample/fill.ts";
import type { Showing, Width } from "./house.ts";

/** A screen or a state of one, and how a page gets there. Shots and the accessibility test go through them all. */
export type Screen = {
  name: string;
  /** On a server on which nothing has happened yet. */
  fresh?: boolean;
  /** Nobody is signed in. */
  stranger?: boolean;
  /** Only where it looks different from another screen; all widths when not given. */
  at?: (width: Width) => boolean;
  show: (showing: Showing) => Promise<void>;
};

const phone = (width: Width): boolean => width < 720;

/** The last message of the page that holds `text`. */
const row = ({ visit }: Showing, text: string): Locator => visit.message(text).last();

const fillSignIn = async ({ page }: Showing, password: string): Promise<void> => {
  await page.getByLabel("Username").fill(BENJI.username);
  await page.getByLabel("Password").fill(password);
};

const post = async ({ visit, page }: Showing, text: string): Promise<void> => {
  await visit.box.fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
};

const longLog = Array.from({ length: 60 }, (_, at) => `2026-03-29T16:0${at % 10}:00Z worker-${at % 4} batch ${at} done in ${(at * 37) % 900} ms`).join("\n");

/** Puts text into the box as a paste does. */
const paste = async ({ visit }: Showing, text: string): Promise<void> => {
  await visit.box.evaluate((box, words) => {
    const data = new DataTransfer();
    data.setData("text/plain", words);
    box.focus();
    if (box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))) document.execCommand("insertText", false, words);
  }, text);
};

export const screens: Screen[] = [
  {
    name: "sign-in",
    stranger: true,
    show: async (showing) => {
      await showing.go("/");
      await showing.page.getByRole("heading", { name: "Sign in to Colony" }).waitFor();
    },
  },
  {
    name: "sign-in-failed",
    stranger: true,
    show: async (showing) => {
      const { page } = showing;
      await showing.refuse("**/api/auth/login", "POST", 401, "Unknown user or wrong password.");
      await showing.go("/");
      await fillSignIn(showing, "not the password");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "sign-in-expired",
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.breakLine(4401);
      await showing.page.getByText("Your session has ended.").waitFor();
    },
  },
  {
    name: "unreachable",
    show: async (showing) => {
      await showing.page.route("**/api/auth/me", (route) => route.abort("connectionrefused"));
      await showing.go("/");
      await showing.page.getByRole("heading", { name: "The server cannot be reached" }).waitFor();
    },
  },
  {
    name: "timeline",
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.page.getByRole("heading", { name: "New", exact: true }).waitFor();
    },
  },
  {
    name: "timeline-newest",
    show: async (showing) => {
      await showing.go("/c/training");
      await row(showing, "That beats the goal").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "timeline-hover",
    at: (width) => !phone(width),
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("done")}`);
      await row(showing, "Training run completed").hover();
      await showing.page.getByRole("toolbar", { name: "Message actions" }).waitFor();
    },
  },
  {
    name: "code-and-result",
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("short")}`);
      await row(showing, "ShardReader").waitFor();
    },
  },
  {
    name: "error-open",
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("oom")}`);
      await row(showing, "CUDA out of memory")
        .getByText(/^Trace,/)
        .click();
    },
  },
  {
    name: "talk",
    show: async (showing) => {
      await showing.go("/c/general");
      await row(showing, "Cake is on").waitFor();
    },
  },
  {
    name: "languages",
    show: async (showing) => {
      await showing.go("/c/research");
      await row(showing, "ممتاز").waitFor();
    },
  },
  {
    name: "review",
    show: async (showing) => {
      await showing.go(`/c/tokenizer/${showing.id("review")}`);
      await row(showing, "Ties are broken").waitFor();
    },
  },
  {
    name: "far-back",
    show: async (showing) => {
      await showing.go(`/c/telemetry/${showing.id("far")}`);
      await showing.page.getByRole("button", { name: /^Jump to newest/ }).waitFor();
    },
  },
  {
    name: "details",
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("plan")}`);
      await row(showing, "Find out why")
        .getByRole("button", { name: /^Session details/ })
        .click();
      await showing.page.getByRole("table", { name: "Metadata" }).waitFor();
    },
  },
  {
    name: "filtered",
    show: async (showing) => {
      await showing.go("/c/training?type=result,error&user=cc-benji-opus");
      await row(showing, "Training run completed").waitFor();
    },
  },
  {
    name: "first-run",
    fresh: true,
    show: async (showing) => {
      await showing.go("/c/general");
      await showing.page.getByRole("button", { name: /^Copy/ }).first().waitFor();
    },
  },
  {
    name: "empty-channel",
    show: async (showing) => {
      await showing.go("/c/design-notes");
      await showing.page.getByRole("heading", { name: "Nothing has been said here yet" }).waitFor();
    },
  },
  {
    name: "archived-channel",
    show: async (showing) => {
      await showing.go("/c/old-benchmarks");
      await showing.page.getByText("This channel is archived").waitFor();
    },
  },
  {
    name: "channel-not-found",
    show: async (showing) => {
      await showing.visit.go("/c/nowhere");
      await showing.page.getByRole("heading", { name: /no channel “nowhere”/ }).waitFor();
    },
  },
  {
    name: "message-not-found",
    show: async (showing) => {
      await showing.visit.go("/c/training/01890000-0000-7000-8000-000000000000");
      await showing.page.getByRole("heading", { name: "There is no such message here" }).waitFor();
    },
  },
  {
    name: "loading",
    show: async (showing) => {
      await showing.hold("**/api/channels/*/messages*");
      await showing.visit.go("/c/training");
      await showing.page.getByRole("status", { name: "Loading messages" }).waitFor();
    },
  },
  {
    name: "loading-failed",
    show: async (showing) => {
      await showing.refuse("**/api/channels/*/messages*", "GET", 500, "The server made a mistake. Its log says more under req_01890000.");
      await showing.visit.go("/c/training");
      await showing.page.getByRole("heading", { name: "The messages could not be loaded" }).waitFor();
    },
  },
  {
    name: "offline",
    show: async (showing) => {
      await showing.go("/c/ci");
      await showing.unplug();
      await showing.page.getByText("Offline.").waitFor();
      await post(showing, "Said while nobody could hear it");
      await showing.page.getByText("Kept here, and sent when the server can be reached.").waitFor();
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
    name: "delete-dialog",
    show: async (showing) => {
      await showing.go("/c/general");
      await showing.visit.act(row(showing, "Plan for today"), "Delete");
      await showing.page.getByRole("dialog", { name: "Delete message" }).waitFor();
    },
  },
  {
    name: "new-channel",
    show: async (showing) => {
      const { page, width } = showing;
      await showing.go("/c/general");
      if (phone(width)) await page.getByRole("button", { name: "Open channels" }).click();
      await page.getByRole("button", { name: "New channel" }).click();
      await page.getByRole("dialog", { name: "New channel" }).waitFor();
    },
  },
  {
    name: "drawer",
    at: phone,
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.page.getByRole("button", { name: "Open channels" }).click();
      await showing.page.getByRole("dialog", { name: "Channels" }).waitFor();
    },
  },
];
