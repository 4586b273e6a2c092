import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import packed from "../../node_modules/@sparticuz/chromium/package.json";

const modules = join(import.meta.dir, "../../node_modules");
const unpacked = join(modules, ".cache", `chromium-${packed.version}`);

/** Unpacks a real Chromium, and the libraries it wants, out of the npm package. A folder with a name of its own until it is whole, so that two runs at once do no harm. */
const unpack = async (): Promise<void> => {
  mkdirSync(dirname(unpacked), { recursive: true });
  const folder = mkdtempSync(`${unpacked}.`);
  // The package asks the environment where to unpack, and whether its libraries are wanted, when it is loaded: so it is loaded in a process apart.
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "-e", 'await (await import("@sparticuz/chromium")).default.executablePath()'], {
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
    cwd: import.meta.dir,
  });
  if (exitCode !== 0) throw new Error(`Chromium could not be unpacked: ${stderr}`);
  try {
    renameSync(folder, unpacked);
  } catch (error) {
    if (!existsSync(unpacked)) throw error;
    rmSync(folder, { recursive: true });
  }
};

/** The package has one face for talk; code, and scripts other than Latin, want another. Without any font a page brings the browser down. */
const fontList = `<fontconfig>
  <dir>${unpacked}/fonts</dir>
  <dir>${join(modules, "dejavu-fonts-ttf/ttf")}</dir>
  <cachedir>${unpacked}/fonts-cache</cachedir>
  <alias binding="same"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;

/** Names the fonts that are here, the same on every machine. Written beside and then put in place, as other browsers may be reading it. */
const listFonts = (): string => {
  const list = join(unpacked, "colony-fonts.conf");
  if (existsSync(list) && readFileSync(list, "utf8") === fontList) return list;
  const beside = `${list}.${process.pid}`;
  writeFileSync(beside, fontList);
  renameSync(beside, list);
  return list;
};

/** Opens the browser of the npm package, or the one that COLONY_CHROMIUM names: the package has none for macOS and arm64. */
export const launch = async (): Promise<Browser> => {
  const own = process.env.COLONY_CHROMIUM;
  if (own === undefined && !existsSync(unpacked)) await unpack();
  return chromium.launch({
    executablePath: own ?? join(unpacked, "chromium"),
    // Its sandbox needs rights that containers seldom give; what it opens here is our own page.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    env: own === undefined ? { ...process.env, LD_LIBRARY_PATH: join(unpacked, "al2023/lib"), FONTCONFIG_FILE: listFonts() } : undefined,
  });
};
