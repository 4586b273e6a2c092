import { isPhone, row, type Screen } from "./screen.ts";

const text = (name: string, words: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(words) });

/** What people and agents do with each other's messages. */
export const working: Screen[] = [
  {
    name: "files-and-reactions",
    show: async (showing) => {
      await showing.go(`/c/evaluation/${showing.id("flaky")}`);
      await showing.page.getByText(/is on it, until/).waitFor();
      await row(showing, "I am on it.").getByRole("list", { name: "Reactions" }).waitFor();
    },
  },
  {
    name: "questions-asked",
    show: async (showing) => {
      await showing.go("/c/evaluation");
      await row(showing, "The staging rig").getByRole("button", { name: "start it on staging" }).waitFor();
    },
  },
  {
    name: "question-note",
    show: async (showing) => {
      await showing.go("/c/evaluation");
      const button = row(showing, "The staging rig").getByRole("button", { name: "Add a note" });
      await (isPhone(showing.width) ? button.tap() : button.click());
      await showing.page.getByRole("textbox", { name: /^Note/ }).fill("after the backup");
    },
  },
  {
    name: "reaction-picker",
    show: async (showing) => {
      await showing.go(`/c/evaluation/${showing.id("curve")}`);
      await showing.visit.act(row(showing, "The curve of the long run"), "React");
      await showing.page.getByRole("dialog", { name: /^React to/ }).waitFor();
    },
  },
  {
    name: "file-image",
    show: async (showing) => {
      await showing.go(`/c/evaluation/${showing.id("curve")}`);
      await showing.page.getByRole("button", { name: "Show loss-by-step.png" }).click();
      await showing.page.getByRole("dialog").getByRole("img").waitFor();
    },
  },
  {
    name: "file-code",
    show: async (showing) => {
      await showing.go(`/c/evaluation/${showing.id("curve")}`);
      await showing.page.getByRole("button", { name: "Show evaluate.py" }).click();
      await showing.page.getByRole("dialog").locator("pre").filter({ hasText: "def evaluate" }).waitFor();
    },
  },
  {
    name: "files-attached",
    show: async (showing) => {
      await showing.go("/c/evaluation");
      await showing.page.route("**/api/files/limits", (route) => route.fulfill({ json: { bytes: 20_000, per_message: 20 } }));
      const field = showing.page.locator("input[type=file]");
      await field.setInputFiles([text("notes on the four languages.txt", "some words")]);
      await showing.page.getByRole("button", { name: /^Remove notes/ }).waitFor();
      await showing.hold("**/api/files?*");
      await field.setInputFiles([text("questions-ar.jsonl", "x".repeat(12_000)), text("everything.jsonl", "x".repeat(30_000))]);
      await showing.page.getByText(/^It is too large/).waitFor();
      await showing.page.getByRole("progressbar").waitFor();
    },
  },
  {
    name: "files-dropped",
    at: (width) => !isPhone(width),
    show: async (showing) => {
      await showing.go("/c/evaluation");
      await showing.page.getByRole("button", { name: "Attach files" }).waitFor();
      await showing.visit.box.press("Shift");
      await showing.page.waitForFunction(() => {
        const data = new DataTransfer();
        data.items.add(new File(["words"], "notes.txt"));
        document.body.dispatchEvent(new DragEvent("dragenter", { dataTransfer: data, bubbles: true, cancelable: true }));
        return document.body.textContent.includes("Drop to attach");
      });
    },
  },
  {
    name: "questions",
    show: async (showing) => {
      await showing.go("/questions");
      await showing.page.getByRole("list", { name: "Waiting for your decision" }).getByText("The staging rig").waitFor();
    },
  },
  {
    name: "questions-empty",
    fresh: true,
    show: async (showing) => {
      await showing.go("/questions");
      await showing.page.getByRole("heading", { name: "Nobody waits for your decision" }).waitFor();
    },
  },
];
