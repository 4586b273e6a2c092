/** The parts of a project's page, as its tabs and addresses name them. The talk has the project's own address. */
export const parts = ["talk", "console", "runs", "files", "schedules", "settings"] as const;
export type Part = (typeof parts)[number];

export const isPart = (section: string | null): section is Part => parts.some((part) => part === section && part !== "talk");

export const partNames: Record<Part, string> = { talk: "Talk", console: "Console", runs: "Runs", files: "Files", schedules: "Schedules", settings: "Settings" };
