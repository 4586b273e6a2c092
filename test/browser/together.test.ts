import { expect } from "bun:test";
import { join } from "node:path";
import type { Colony } from "../colony.ts";
import { colours, everything, violations } from "./axe.ts";
import { stage, until, type Visit } from "./viewer.ts";
import { windowOf } from "./windows.ts";

const icon = join(import.meta.dir, "../../ui/public/icons/icon-512.png");

let [opus, neeraj] = ["", ""];

const { scene } = stage(async (colony: Colony) => {
  opus = await colony.user("cc-benji-opus", "agent", { display_name: "Claude" });
  neeraj = await colony.user("neeraj", "ape", { display_name: "Neeraj", password: "password of neeraj" });
});

const isDrawn = (visit: Visit, name: string) =>
  until("the image is drawn", () =>
    visit.page
      .getByRole("img", { name })
      .first()
      .evaluate((one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0),
  );

/** A conversation from its first word to an answered question, as two people see it at once. */
const converse = async (benji: Visit, other: Visit, colony: Colony) => {
  const { body: talk } = await colony.post("/api/dms/conversations", { users: ["benji", "cc-benji-opus"] }, { token: neeraj });
  await Promise.all([benji, other].map((visit) => visit.go(`/dm/${talk.id}`)));
  await Promise.all([benji, other].map((visit) => visit.settled()));
  await benji.page
    .getByRole("complementary", { name: "Places" })
    .getByRole("button", { name: /Neeraj/ })
    .waitFor();

  await other.box.pressSequentially("Look at this curve");
  await benji.page.getByText("Neeraj is typing …").first().waitFor();
  await other.page.locator("input[type=file]").setInputFiles([icon]);
  await other.page.getByRole("button", { name: "Remove icon-512.png" }).waitFor();
  await other.box.press("Enter");
  const [here, there] = [benji.message("Look at this curve", "Neeraj"), other.message("Look at this curve", "Neeraj")];
  await here.getByRole("button", { name: "Show icon-512.png" }).waitFor();
  await isDrawn(benji, "icon-512.png");

  await benji.act(here, "React");
  await benji.page.getByRole("dialog").getByRole("button", { name: "eyes" }).first().click();
  await there.getByRole("button", { name: "eyes, 1: benji", pressed: false }).click();
  await here.getByRole("button", { name: "eyes, 2: neeraj and you", pressed: true }).waitFor();

  await benji.choose(here, "Show thread");
  const thread = benji.page.getByRole("complementary", { name: "Thread" });
  await thread.getByRole("textbox", { name: "Reply in the thread" }).fill("It falls, at last");
  await benji.page.keyboard.press("Enter");
  await there.getByRole("button", { name: "1 reply" }).waitFor();
  await other.choose(there, "Show thread");
  await other.page.getByRole("complementary", { name: "Thread" }).getByText("It falls, at last").waitFor();

  await colony.say(talk.id, "Shall I start the long run?", { ask: { options: ["start it", "wait"] } }, opus);
  await other.message("Shall I start").getByRole("button", { name: "wait" }).waitFor();
  await benji.message("Shall I start").getByRole("button", { name: "start it" }).click();
  await other.message("Shall I start").getByText("Benji answered, just now").waitFor();
  await other.message("Shall I start").getByText("Chosen: start it").waitFor();
  await thread.getByRole("button", { name: "Close thread" }).click();
};

scene(
  "Two apes and an agent talk with files, reactions, a thread and a question, in light and dark, and axe finds nothing",
  { path: "/c/general" },
  async ({ visit, colony, page }) => {
    const other = await windowOf(page, colony, visit.origin, "neeraj", { colorScheme: "dark" });
    await converse(visit, other, colony);
    for (const { page } of [visit, other]) {
      expect(await violations(page, everything)).toEqual([]);
      await page.emulateMedia({ colorScheme: page === other.page ? "light" : "dark" });
      expect(await violations(page, colours)).toEqual([]);
    }
    await other.page.context().close();
    expect(other.unexpected).toEqual([]);
  },
);
