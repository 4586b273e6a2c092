import { Type } from "@sinclair/typebox";
import { cleanName } from "../../files/names.ts";
import { keepText } from "../../files/service.ts";
import { ARTIFACT_BYTES, ARTIFACTS_PER_ANSWER, FILE_NAME_CHARACTERS } from "../../limits.ts";
import { ability, Refusal } from "./desk.ts";

/** Writes a file, which is attached to the answer when that is whole. The same name again replaces it. */
export const createArtifact = ability({
  name: "create_artifact",
  description:
    "Writes a text file that is attached to your answer: a report, a table, a script. The same name again replaces it. Say in the answer what it holds; do not repeat it there.",
  input: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: FILE_NAME_CHARACTERS, description: "With its extension: report.md, prices.csv" }),
      content: Type.String({ minLength: 1, description: "The whole file" }),
    },
    { additionalProperties: false },
  ),
  shown: ({ name }) => cleanName(name),
  run: async (desk, { name: sent, content }) => {
    // Nothing is made for who may not ask any more.
    void desk.asker;
    const bytes = Buffer.byteLength(content);
    if (bytes > ARTIFACT_BYTES) throw new Refusal(`The file has ${bytes} bytes; ${ARTIFACT_BYTES} are allowed. Make it shorter, or split it into several.`);
    const name = cleanName(sent);
    if (!desk.files.has(name) && desk.files.size >= ARTIFACTS_PER_ANSWER)
      throw new Refusal(`The answer has ${ARTIFACTS_PER_ANSWER} files already, the most that it may have. Put the rest into one of them, by its name.`);
    const file = await keepText(desk.ctx, desk.agent, name, content);
    desk.files.set(name, file.id);
    return { text: `Written: ${file.size} bytes. It will be attached to your answer.`, line: `${file.name}, ${file.size} bytes` };
  },
});
