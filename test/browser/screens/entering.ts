import { BENJI } from "../../sample/fill.ts";
import type { Showing } from "../house.ts";
import { type Screen } from "./screen.ts";

const fillSignIn = async ({ page }: Showing, password: string): Promise<void> => {
  await page.getByLabel("Username").fill(BENJI.username);
  await page.getByLabel("Password").fill(password);
};

/** Lets the page find this kind of registration. */
const registration = async ({ page }: Showing, kind: "open" | "invite"): Promise<void> => {
  await page.route("**/api/auth/registration", (route) => route.fulfill({ json: { registration: kind } }));
};

/** On the way in. */
export const entering: Screen[] = [
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
    name: "sign-in-open",
    stranger: true,
    show: async (showing) => {
      await registration(showing, "open");
      await showing.go("/");
      await showing.page.getByRole("link", { name: "Make an account" }).waitFor();
    },
  },
  {
    name: "register",
    stranger: true,
    show: async (showing) => {
      const { page } = showing;
      await showing.refuse("**/api/auth/register", "POST", 409, "That username is taken. Choose another username.");
      await showing.go("/register#abcdefghjkmnpqrstuvwxyz23456789");
      await page.getByLabel("Your name").fill("Anna Ek");
      await page.getByLabel("Password").fill("long enough");
      await page.getByRole("button", { name: "Make account" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "register-closed",
    stranger: true,
    show: async (showing) => {
      await registration(showing, "invite");
      await showing.go("/register");
      await showing.page.getByText("Accounts are made here by invitation.").waitFor();
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
    name: "first-run",
    fresh: true,
    show: async (showing) => {
      await showing.go("/c/general");
      await showing.page.getByRole("button", { name: /^Copy/ }).first().waitFor();
    },
  },
];
