import { crc32, deflateRawSync } from "node:zlib";

/** One entry: its name as it shall stand there, however hostile. `claims`: bytes that it says it has when unpacked, where that is a lie. */
export type ZipEntry = { name: string; content: string | Uint8Array; claims?: number };

/** A ZIP file (PKWARE APPNOTE 6.3), deflated. `zip64`: with sizes and places in the fields of 64 bits, as of archives over 4 GiB. */
export const zipOf = (entries: ZipEntry[], { zip64 = false } = {}): Buffer => {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const put = (part: Buffer) => {
    parts.push(part);
    at += part.length;
  };
  for (const { name, content, claims } of entries) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const title = Buffer.from(name);
    const [size, place] = [claims ?? bytes.length, at];
    const extra = zip64 ? Buffer.concat([fields([2, 1], [2, 24]), long(size), long(packed.length), long(place)]) : Buffer.alloc(0);
    const common = [
      [2, 0x800],
      [2, 8],
      [2, 0],
      [2, 0x21],
      [4, crc32(bytes)],
    ] as Field[];
    put(fields([4, 0x04034b50], [2, zip64 ? 45 : 20], ...common, [4, packed.length], [4, size], [2, title.length], [2, 0]));
    put(title);
    put(packed);
    directory.push(
      fields(
        [4, 0x02014b50],
        [2, 45],
        [2, zip64 ? 45 : 20],
        ...common,
        [4, zip64 ? 0xffffffff : packed.length],
        [4, zip64 ? 0xffffffff : size],
        [2, title.length],
        [2, extra.length],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, zip64 ? 0xffffffff : place],
      ),
      title,
      extra,
    );
  }
  const [start, length, count] = [at, directory.reduce((sum, part) => sum + part.length, 0), entries.length];
  for (const part of directory) put(part);
  const end = at;
  if (zip64) {
    put(Buffer.concat([fields([4, 0x06064b50]), long(44), fields([2, 45], [2, 45], [4, 0], [4, 0]), long(count), long(count), long(length), long(start)]));
    put(Buffer.concat([fields([4, 0x07064b50], [4, 0]), long(end), fields([4, 1])]));
  }
  const most = zip64 ? { count: 0xffff, length: 0xffffffff, start: 0xffffffff } : { count, length, start };
  put(fields([4, 0x06054b50], [2, 0], [2, 0], [2, most.count], [2, most.count], [4, most.length], [4, most.start], [2, 0]));
  return Buffer.concat(parts);
};

type Field = [bytes: number, value: number];

const fields = (...all: Field[]): Buffer =>
  Buffer.concat(
    all.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );

const long = (value: number): Buffer => {
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt(value));
  return field;
};
