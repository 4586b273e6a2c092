import { beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { Documents } from "./documents.ts";
import { bombOf, pdfOf } from "./pdfs.ts";

let documents: Documents;
beforeAll(async () => {
  documents = await Documents.start();
  mkdirSync(documents.folder);
});

const contract = [
  ["Contract of Employment", "Between the company and Ada."],
  ["The notice period is three months.", "Geh\u00e4lter werden am Monats-", "ende gezahlt (brutto)."],
];

describe("a PDF", () => {
  for (const compressed of [false, true])
    test(`${compressed ? "with" : "without"} compression is found and read by its pages`, async () => {
      const name = compressed ? "squeezed.pdf" : "plain.pdf";
      writeFileSync(documents.at(name), pdfOf(contract, { compressed }));
      expect(await documents.file(name)).toMatchObject({ mime: "application/pdf", sections: 2, problem: null });
      const [hit] = (await documents.ask("what is the notice period?")).hits;
      expect(hit).toMatchObject({ file: name, heading: "Page 2", page: 2 });
      expect(hit?.snippet).toStartWith("The <mark>notice</mark> <mark>period</mark> is three months.");
      const { body } = await documents.section(name, "Page 2");
      expect(body).toEqual({ file: name, heading: "Page 2", page: 2, text: "The notice period is three months.\nGeh\u00e4lter werden am Monatsende gezahlt (brutto)." });
      expect(await documents.best("gehalter am monatsende")).toBe(`${name} # Page 2`);
      await documents.remove(name);
    });

  test("that cannot be read is listed with why, and nothing else suffers", async () => {
    const cut = pdfOf(contract);
    writeFileSync(documents.at("locked.pdf"), pdfOf(contract, { encrypted: true }));
    writeFileSync(documents.at("nonsense.pdf"), "%PDF-1.7\nnothing of the kind");
    writeFileSync(documents.at("html.pdf"), "<!doctype html><p>Not found");
    writeFileSync(documents.at("scanned.pdf"), pdfOf([[], []]));
    writeFileSync(documents.at("zeros.pdf"), Buffer.alloc(100_000));
    writeFileSync(documents.at("cut.pdf"), cut.subarray(0, cut.length / 3));
    writeFileSync(documents.at("bomb.pdf"), bombOf(700 * 2 ** 20));
    writeFileSync(documents.at("whole.pdf"), pdfOf([["A capybara sits here."]]));
    writeFileSync(documents.at("words.md"), "# Words\n\nAn okapi stands here.\n");
    for (const [name, problem] of [
      ["locked.pdf", "It is encrypted: put it here without a password"],
      ["nonsense.pdf", "It is damaged, or no PDF: save it anew from the program that made it"],
      ["html.pdf", "It is damaged, or no PDF: save it anew from the program that made it"],
      ["zeros.pdf", "It is damaged, or no PDF: save it anew from the program that made it"],
      ["scanned.pdf", "Its pages are pictures without text: let a program recognise the text (OCR) first"],
      ["bomb.pdf", "It is not read whole: reading it takes more than 512 MiB of memory. Split it"],
    ] as const)
      expect(await documents.file(name)).toMatchObject({ path: name, sections: 0, problem });
    expect((await documents.file("cut.pdf")).problem).not.toBeNull();
    await documents.leads("capybara", "whole.pdf # Page 1");
    await documents.leads("okapi", "words.md # Words");
    expect((await documents.colony.get("/healthz")).status).toBe(200);
  });

  test("that is put right is read", async () => {
    writeFileSync(documents.at("locked.pdf"), pdfOf([["A tapir was locked in."]]));
    await documents.leads("tapir", "locked.pdf # Page 1");
    expect((await documents.file("locked.pdf")).problem).toBeNull();
  });
});
