import { post, type Screen } from "./screen.ts";

/** Nothing there, not yet there, or not to be had. */
export const trouble: Screen[] = [
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
];
