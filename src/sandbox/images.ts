import type Docker from "dockerode";
import { AppError } from "../errors.ts";
import { IMAGE_PULL } from "../limits.ts";
import { isGone } from "./engine.ts";

/** Images by template, where the operator names none: complete ones, with git, a compiler and Python, since what is missing cannot be installed in a sandbox. All are Debian's. */
const images: Record<string, string> = {
  bun: "docker.io/oven/bun:1-debian",
  python: "docker.io/library/python:3.13-bookworm",
};
const usual = "docker.io/library/node:22-bookworm";

/** The image in which a project's runs are. @param named by the operator, for all projects */
export const imageOf = (template: string, named: string | null): string => named ?? images[template] ?? usual;

const pulls = new Map<string, Promise<void>>();

/** Fetches an image that is not there; whoever asks meanwhile waits for the same fetching. @throws AppError sandbox_unavailable when it cannot be had */
export const haveImage = async (api: Docker, image: string): Promise<void> => {
  const there = await api
    .getImage(image)
    .inspect()
    .then(
      () => true,
      (error) => {
        if (isGone(error)) return false;
        throw error;
      },
    );
  if (there) return;
  const pulling = pulls.get(image) ?? pull(api, image).finally(() => pulls.delete(image));
  pulls.set(image, pulling);
  await pulling;
};

const pull = async (api: Docker, image: string): Promise<void> => {
  try {
    const progress = await api.pull(image, { abortSignal: AbortSignal.timeout(IMAGE_PULL) });
    // What fails once it has begun is told as a line of the progress.
    await new Promise<void>((resolve, reject) => {
      const told = (line: { error?: string }) => line.error && reject(new Error(line.error));
      api.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()), told);
    });
  } catch (error) {
    throw new AppError("sandbox_unavailable", {
      message: `The image ${image} is not there and could not be fetched: ${error instanceof Error ? error.message : String(error)}`,
      hint: `The operator can fetch it (docker pull ${image}, or podman pull), or set COLONY_SANDBOX_IMAGE to one that is there.`,
    });
  }
};
