import type { Page, Route } from "playwright-core";
import type { Colony } from "../colony.ts";
import { APE, until, type Visit } from "./viewer.ts";

export const posts = "**/api/channels/*/messages";
export const lost = /net::ERR_/;

/** Answers posts in the server's place; `which` says to which, by their content. */
export const answerPosts = (page: Page, answer: (route: Route) => Promise<void>, which = /(?:)/) =>
  page.route(posts, (route) => (route.request().method() === "POST" && which.test(String(route.request().postDataJSON().content)) ? answer(route) : route.fallback()));

export const refuse = (route: Route) => route.fulfill({ status: 422, json: { error: { code: "validation_failed", message: "That was not taken." } } });
export const lose = (route: Route) => route.abort("connectionreset");

export const say = async (visit: Visit, words: string): Promise<void> => {
  await visit.box.fill(words);
  await visit.box.press("Enter");
};

export const unsent = (page: Page, words: string) => page.getByRole("article", { name: "Benji, not sent" }).filter({ hasText: words });
export const sending = (page: Page, words: string) => page.getByRole("article", { name: "Benji, being sent" }).filter({ hasText: words });
export const keptPosts = (page: Page) => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("colony.unsent.")).length);

export const messages = async (colony: Colony, channel: string) => (await colony.get(`/api/channels/${channel}/messages`)).body;
export const stored = async (colony: Colony, channel: string): Promise<string[]> => (await messages(colony, channel)).map(({ content }: { content: string }) => content);
export const boxHolds = (visit: Visit, words: string) => until(`the box holds ${JSON.stringify(words.slice(0, 200))}`, async () => (await visit.box.inputValue()) === words);

/** Posts what stands in the box, and waits for it to stand in the channel. */
export const post = async (visit: Visit, words: string): Promise<void> => {
  await visit.box.fill(words);
  await visit.box.press("Enter");
  await visit.message(words, APE.display_name).waitFor();
};
