import { isPhone, row, type Screen } from "./screen.ts";

/** A timeline, and what can be seen of it. */
export const reading: Screen[] = [
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
    at: (width) => !isPhone(width),
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("done")}`);
      await row(showing, "Training run completed").hover();
      await showing.page.getByRole("toolbar", { name: "Message actions" }).waitFor();
    },
  },
  {
    name: "code-and-result",
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("loader")}`);
      await row(showing, "ShardReader").waitFor();
    },
  },
  {
    name: "error-open",
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("oom")}`);
      await showing.page
        .locator(`#message-${showing.id("oom")}`)
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
      await showing.go(`/c/training/${showing.id("done")}`);
      await showing.page
        .locator(`#message-${showing.id("done")}`)
        .getByRole("button", { name: /^Session details/ })
        .click();
      await showing.page.getByRole("table", { name: "Metadata" }).waitFor();
    },
  },
  {
    name: "thread",
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("rise")}`);
      await showing.page
        .locator(`#message-${showing.id("rise")}`)
        .getByRole("button", { name: "2 replies" })
        .click();
      await showing.page.getByRole("list", { name: "Replies" }).getByText("Shards 96").waitFor();
    },
  },
  {
    name: "thread-failed",
    at: (width) => !isPhone(width),
    show: async (showing) => {
      await showing.refuse("**/thread", "GET", 500, "The server made a mistake. Its log says more under req_01890000.");
      await showing.go(`/c/training/${showing.id("rise")}`);
      await showing.page
        .locator(`#message-${showing.id("rise")}`)
        .getByRole("button", { name: "2 replies" })
        .click();
      await showing.page.getByText("The thread could not be loaded.").waitFor();
    },
  },
  {
    name: "message-menu",
    show: async (showing) => {
      await showing.go(`/c/training/${showing.id("done")}`);
      await showing.visit.act(row(showing, "Training run completed"), "More actions");
      await showing.page.getByRole("menu").waitFor();
    },
  },
  {
    name: "filter-menu",
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.page.getByRole("group", { name: "Filter" }).getByRole("button", { name: "session" }).click();
      await showing.page.getByRole("menuitem").first().waitFor();
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
    name: "filtered-empty",
    show: async (showing) => {
      await showing.go("/c/training?type=plan&user=neeraj");
      await showing.page.getByRole("button", { name: "Show all" }).first().waitFor();
    },
  },
  {
    name: "drawer",
    at: isPhone,
    show: async (showing) => {
      await showing.go("/c/training");
      await showing.page.getByRole("button", { name: "Open channels" }).click();
      await showing.page.getByRole("dialog", { name: "Channels" }).waitFor();
    },
  },
];
