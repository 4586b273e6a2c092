import { crc32, deflateSync } from "node:zlib";

/** A file of the sample, made anew in every run. */
export type SampleFile = { name: string; bytes: Uint8Array<ArrayBuffer> };

const text = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

/** A picture of a falling curve, as a grey PNG. */
const curve = (width: number, height: number): Uint8Array<ArrayBuffer> => {
  const rows = Buffer.alloc((width + 1) * height, 246);
  for (let y = 0; y < height; y++) rows[y * (width + 1)] = 0;
  for (let x = 0; x < width; x++) {
    const wobble = 6 * Math.sin(x / 9) + 4 * Math.sin(x / 3.7);
    const at = Math.round(height * 0.9 - height * 0.75 * Math.exp(-x / (width / 4)) + wobble);
    for (let y = Math.max(0, at - 2); y < Math.min(height, at + 2); y++) rows[y * (width + 1) + 1 + x] = 60;
    for (let y = 0; y < height; y += 60) rows[y * (width + 1) + 1 + x] = 220;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return Uint8Array.from(Buffer.concat([Buffer.from(signature), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]));
};

/** Seconds of a quiet tone, as WAV of 8,000 samples of a byte each. */
const tone = (seconds: number): Uint8Array<ArrayBuffer> => {
  const count = 8_000 * seconds;
  const file = Buffer.alloc(44 + count);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + count, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [1, 32],
    [8, 34],
  ] as const)
    file.writeUInt16LE(value, at);
  file.writeUInt32LE(8_000, 24);
  file.writeUInt32LE(8_000, 28);
  file.write("data", 36);
  file.writeUInt32LE(count, 40);
  for (let at = 0; at < count; at++) file[44 + at] = 128 + 20 * Math.sin(at / 4);
  return Uint8Array.from(file);
};

const EVALUATE = `from __future__ import annotations

import json
from pathlib import Path


def evaluate(path: Path, limit: int | None = None) -> dict[str, float]:
    """Accuracy by language, over the questions of one file."""
    right: dict[str, int] = {}
    asked: dict[str, int] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[:limit]:
        question = json.loads(line)
        language = question["language"]
        asked[language] = asked.get(language, 0) + 1
        right[language] = right.get(language, 0) + (question["answer"] == question["said"])
    return {language: right[language] / count for language, count in asked.items()}
`;

/** By the name they go by in the sample. */
export const sampleFiles = {
  curve: { name: "loss-by-step.png", bytes: curve(960, 600) },
  numbers: { name: "accuracy.csv", bytes: text("language,questions,accuracy\nar,1200,0.812\nde,640,0.871\nhi,640,0.794\nja,800,0.833\n") },
  program: { name: "evaluate.py", bytes: text(EVALUATE) },
  handbook: { name: "handbook-chapter-3-on-when-a-number-may-be-quoted-and-when-not.pdf", bytes: text("%PDF-1.4\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n") },
  memo: { name: "voice memo.wav", bytes: tone(2) },
} satisfies Record<string, SampleFile>;

export type SampleFileName = keyof typeof sampleFiles;
