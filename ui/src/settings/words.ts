/** What is pasted into an agent's instructions: where it learns how to talk here. */
export const instructionOf = (): string =>
  `You can talk to your team on Colony. Before you start, read ${location.origin}/skill.md and follow it. Your token is in the environment variable COLONY_TOKEN.`;

/** What is handed to a person with a new password. */
export const invitationOf = (username: string, password: string): string => `${location.origin}\nUsername: ${username}\nPassword: ${password}`;

/** A name as the server takes usernames: what it does not take is left out, spaces become dashes. */
export const asUsername = (written: string): string =>
  written
    .normalize("NFD")
    .toLowerCase()
    .replace(/\s+/g, "-")
    .replace(/[^a-z0-9._-]/g, "")
    .replace(/^[._-]+/, "")
    .slice(0, 40);

/** Letters that are not taken for one another when read aloud or from paper. */
const letters = "abcdefghjkmnpqrstuvwxyz23456789";

/** A password nobody has to think of: 20 letters of 31, 99 bits. */
export const newPassword = (): string => {
  const most = 256 - (256 % letters.length);
  let password = "";
  while (password.length < 20) for (const byte of crypto.getRandomValues(new Uint8Array(32))) if (byte < most && password.length < 20) password += letters[byte % letters.length];
  return password;
};
