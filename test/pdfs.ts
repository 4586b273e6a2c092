import { deflateSync } from "node:zlib";

/** Text as a PDF's content writes it: a line each, Latin letters. */
const shown = (lines: string[]): string => ["BT /F1 12 Tf 72 720 Td 14 TL", ...lines.map((line) => `(${line.replace(/[\\()]/g, "\\$&")}) Tj T*`), "ET"].join("\n");

type Made = { compressed?: boolean; encrypted?: boolean; content?: { bytes: Buffer; filter: string } };

/** A small PDF with these pages of lines. `content` stands in place of the first page's own. */
export const pdfOf = (pages: string[][], { compressed = false, encrypted = false, content }: Made = {}): Buffer => {
  const objects: Buffer[] = [];
  const add = (body: string | Buffer) => objects.push(Buffer.concat([Buffer.from(`${objects.length + 1} 0 obj\n`), Buffer.from(body), Buffer.from("\nendobj\n")]));
  const stream = (bytes: Buffer, filter: string) => Buffer.concat([Buffer.from(`<< /Length ${bytes.length} ${filter} >>\nstream\n`), bytes, Buffer.from("\nendstream")]);
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, n) => `${4 + 2 * n} 0 R`).join(" ")}] >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  for (const [n, lines] of pages.entries()) {
    add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + 2 * n} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`);
    const plain = Buffer.from(shown(lines), "latin1");
    if (n === 0 && content) add(stream(content.bytes, `/Filter ${content.filter}`));
    else add(compressed ? stream(deflateSync(plain), "/Filter /FlateDecode") : stream(plain, ""));
  }
  const zeros = "0".repeat(64);
  if (encrypted) add(`<< /Filter /Standard /V 1 /R 2 /O <${zeros}> /U <${zeros}> /P -4 >>`);
  const head = Buffer.from("%PDF-1.7\n");
  const offsets: number[] = [];
  let at = head.length;
  for (const object of objects) {
    offsets.push(at);
    at += object.length;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const encryption = encrypted ? `/Encrypt ${objects.length} 0 R /ID [<${zeros}> <${zeros}>]` : "";
  const tail = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${encryption} >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([head, ...objects, Buffer.from(tail)]);
};

/** A PDF of some kilobytes whose first page unfolds to `bytes` bytes of nothing. */
export const bombOf = (bytes: number): Buffer => {
  const twice = deflateSync(deflateSync(Buffer.alloc(bytes, " "), { level: 1 }));
  return pdfOf([[], ["Behind the bomb stands a meerkat."]], { content: { bytes: twice, filter: "[/FlateDecode /FlateDecode]" } });
};
