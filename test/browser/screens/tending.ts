import type { Showing } from "../house.ts";
import type { Screen } from "./screen.ts";

/** Opens a part of the settings, and waits for what it lists. */
const open = async (showing: Showing, section: string): Promise<void> => {
  await showing.go(`/settings/${section}`);
  await showing.page.getByRole("main").getByRole("heading", { level: 2 }).first().waitFor();
};

/** Opens the menu of someone's row. */
const menuOf = async (showing: Showing, whose: string): Promise<void> => {
  await open(showing, "people");
  await showing.page.getByRole("button", { name: `Change ${whose}`, exact: true }).click();
  await showing.page.getByRole("menu").waitFor();
};

const choose = async (showing: Showing, whose: string, item: string): Promise<void> => {
  await menuOf(showing, whose);
  await showing.page.getByRole("menuitem", { name: item }).click();
  await showing.page.getByRole("dialog").locator(":focus").waitFor();
};

/** The audit log, with deeds of each kind that a day brings. */
const audit = async (showing: Showing): Promise<void> => {
  const benji = { id: "0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b12", username: "benji", display_name: "Benji", role: "ape" };
  const deed = (id: number, action: string, more: object) => ({
    id,
    at: `2026-03-29T09:${String(id).padStart(2, "0")}:00.000Z`,
    action,
    actor: benji,
    operator: null,
    subject: null,
    address: "192.0.2.7",
    details: null,
    ...more,
  });
  const of = (kind: string, name: string | null) => ({ kind, id: null, name });
  const entries = [
    deed(9, "user_changed", {
      subject: of("user", "neeraj"),
      details: { fields: ["admin", "job"], changes: { admin: { from: false, to: true }, job: { from: null, to: "exec" } } },
    }),
    deed(8, "login_failed", { actor: null, subject: of("user", "neeraj") }),
    deed(7, "member_added", { subject: of("channel", null) }),
    deed(6, "token_created", { subject: of("token", "laptop"), details: { user: "cc-benji-opus" } }),
    deed(5, "setting_changed", { actor: null, operator: "root", address: "local", details: { setting: "COLONY_REGISTRATION", from: '"closed"', to: '"open"' } }),
    deed(4, "message_deleted_by_admin", { subject: of("message", null), details: { channel: "training" } }),
  ];
  await showing.page.route("**/api/audit*", (route) => route.fulfill({ json: { entries, next_before: 4 } }));
  await open(showing, "audit");
  await showing.page.getByRole("list", { name: "Audit log" }).waitFor();
};

/** What is tended in the settings: oneself, people and agents, tokens, channels, sessions. */
export const tending: Screen[] = [
  { name: "settings-me", show: (showing) => open(showing, "me") },
  { name: "settings-people", show: (showing) => open(showing, "people") },
  { name: "settings-tokens", show: (showing) => open(showing, "tokens") },
  { name: "settings-channels", show: (showing) => open(showing, "channels") },
  { name: "settings-sessions", show: (showing) => open(showing, "sessions") },
  {
    name: "settings-telegram",
    show: async (showing) => {
      const settings = { mentions: true, direct: true, questions: true, runs: false };
      const link = { name: "Benji", username: "benji_on_the_road", linked_at: "2026-03-28T09:00:00.000Z", project: "loss-plots", away: true, settings };
      await showing.page.route("**/api/auth/telegram", (route) => route.fulfill({ json: { bot: "colony_bot", problem: null, link } }));
      await open(showing, "telegram");
      await showing.page.getByText("You stopped @colony_bot").waitFor();
    },
  },
  {
    name: "settings-telegram-code",
    show: async (showing) => {
      const { page } = showing;
      const code = { code: "k7mq2xwa", expires_at: "2026-03-29T16:50:00.000Z", bot: "colony_bot", url: "https://t.me/colony_bot?start=k7mq2xwa" };
      await page.route("**/api/auth/telegram", (route) => route.fulfill({ json: { bot: "colony_bot", problem: null, link: null } }));
      await page.route("**/api/auth/telegram/link", (route) => route.fulfill({ status: 201, json: code }));
      await showing.hold("**/api/auth/telegram/verify*");
      await open(showing, "telegram");
      await page.getByRole("button", { name: "Link Telegram" }).click();
      await page.getByText("Waiting for it").waitFor();
    },
  },
  {
    name: "settings-webhooks",
    show: async (showing) => {
      const { page } = showing;
      const by = { id: "0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b12", username: "hook-build-server-a2b3c4", display_name: "Build server", role: "agent" };
      const common = { channel_id: "", created_by: by, created_at: "2026-03-29T09:00:00.000Z", agent: null, url: null, events: null, paused_at: null, paused_why: null };
      const hooks = [
        { ...common, id: "1", kind: "in", name: "Build server", agent: by },
        { ...common, id: "2", kind: "out", name: "Deployer", url: "https://ci.example.com/colony", events: ["message"] },
        {
          ...common,
          id: "3",
          kind: "out",
          name: "Pager",
          url: "https://pager.example.com/",
          paused_at: "2026-03-29T09:00:00.000Z",
          paused_why: "It was tried 10 times, the last time in vain: answered 500",
        },
      ];
      await page.route("**/webhooks", (route) => route.fulfill({ json: hooks }));
      await open(showing, "channels");
      await page.getByRole("button", { name: "Change #training", exact: true }).click();
      await page.getByRole("menuitem", { name: "Webhooks…" }).click();
      await page.getByRole("list", { name: "Webhooks" }).waitFor();
    },
  },
  { name: "settings-audit", show: (showing) => audit(showing) },
  {
    name: "settings-invite",
    show: async (showing) => {
      const { page } = showing;
      const invite = { id: "0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b11", note: "Anna from sales", created_at: "2026-03-29T09:00:00.000Z", expires_at: "2026-04-05T09:00:00.000Z" };
      const created_by = { id: "0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b12", username: "admin", display_name: "Admin", role: "ape" };
      await page.route("**/api/invites", (route) => route.fulfill({ json: [{ ...invite, created_by }] }));
      await open(showing, "people");
      await page.getByRole("list", { name: "Invitations" }).waitFor();
      await page.getByRole("button", { name: "Invite someone" }).click();
      await page.getByRole("dialog").locator(":focus").waitFor();
    },
  },
  {
    name: "settings-make-token",
    show: async (showing) => {
      await open(showing, "tokens");
      await showing.page.getByRole("button", { name: "Make a token" }).click();
      await showing.page.getByRole("dialog").locator(":focus").waitFor();
    },
  },
  { name: "settings-menu", show: (showing) => menuOf(showing, "Neeraj") },
  { name: "settings-deactivate", show: (showing) => choose(showing, "Neeraj", "Deactivate…") },
  { name: "settings-agent-tokens", show: (showing) => choose(showing, "Claude (Benji's Opus)", "Tokens…") },
  {
    name: "settings-make-agent",
    show: async (showing) => {
      const { page } = showing;
      await open(showing, "people");
      await page.getByRole("button", { name: "Make an agent" }).click();
      await page.getByLabel("Name", { exact: true }).fill("Claude on the night shift");
    },
  },
  {
    name: "settings-token-shown",
    show: async (showing) => {
      const { page } = showing;
      // Nobody is made: every page of every size finds the same people.
      await page.route("**/api/users", (route) => {
        if (route.request().method() !== "POST") return route.fallback();
        const user = { id: "0195e0c4-7b1e-7cc3-a1f5-3d2f2f6f7b10", username: "cc-night", display_name: "Claude on the night shift", role: "agent", admin: false };
        return route.fulfill({ status: 201, json: { ...user, token: { token: `col_h3k2m9qa_${"abcd2345".repeat(6)}wxyz`, secret: null } } });
      });
      await open(showing, "people");
      await page.getByRole("button", { name: "Make an agent" }).click();
      await page.getByLabel("Name", { exact: true }).fill("Claude on the night shift");
      await page.getByRole("button", { name: "Make agent" }).click();
      await page.getByRole("button", { name: "I have saved it" }).waitFor();
    },
  },
  {
    name: "settings-none",
    show: async (showing) => {
      await showing.page.route("**/api/auth/keys", (route) => route.fulfill({ json: [] }));
      await open(showing, "tokens");
      await showing.page.getByText("You have no tokens.").waitFor();
    },
  },
  {
    name: "settings-failed",
    show: async (showing) => {
      await showing.refuse("**/api/users", "GET", 500, "The server made a mistake. Its log says more under req_01890000.");
      await open(showing, "people");
      await showing.page.getByRole("alert").waitFor();
    },
  },
  {
    name: "settings-loading",
    show: async (showing) => {
      await showing.hold("**/api/auth/sessions");
      await open(showing, "sessions");
      await showing.page.getByRole("status", { name: "Loading the sessions" }).waitFor();
    },
  },
];
