import { create } from "content-disposition";
import { FILE_EXTENSION_CHARACTERS, FILE_NAME_CHARACTERS } from "../limits.ts";

/** The two characters without a look of their own that belong into names: they join letters and emoji. */
const JOINERS = /[\u200c\u200d]/u;

/**
 * A name as files carry it, made of whatever was sent: the last part of a path, without control characters and marks that
 * turn the direction of writing, which make `gnp.exe` look like `exe.png`; shortened before its extension.
 */
export const cleanName = (sent: string): string => {
  const last = sent.toWellFormed().normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const name = [...last]
    .filter((letter) => JOINERS.test(letter) || !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(letter))
    .join("")
    .trim();
  return /[^.\s\u200c\u200d]/.test(name) ? shorten(name) : "file";
};

const shorten = (name: string): string => {
  const letters = [...name];
  if (letters.length <= FILE_NAME_CHARACTERS) return name;
  const dot = letters.lastIndexOf(".");
  const extension = dot > 0 && letters.length - dot <= FILE_EXTENSION_CHARACTERS ? letters.slice(dot) : [];
  return [...letters.slice(0, FILE_NAME_CHARACTERS - extension.length), ...extension].join("");
};

/** The Content-Disposition header (RFC 6266, the name also as RFC 8187 has it). */
export const disposition = (name: string, inline: boolean): string => create(name, { type: inline ? "inline" : "attachment" });
