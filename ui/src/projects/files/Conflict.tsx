import type { JSX } from "solid-js";
import { Button } from "../../parts/Button.tsx";
import { When } from "../../parts/When.tsx";
import type { WorkspaceFile } from "../moments.ts";
import { Diff } from "./Editor.tsx";

type Props = { path: string; mine: string; theirs: WorkspaceFile; busy: boolean; onMine: () => void; onTheirs: () => void };

/** Two changed a file at once: both are shown, and one decides. Whichever is not taken stays among the versions, or nowhere if it was never saved. */
export const Conflict = (props: Props): JSX.Element => {
  const who = () => props.theirs.changed_by?.display_name ?? "Someone";
  return (
    <div class="flex min-h-0 grow flex-col">
      <div role="alert" class="flex flex-wrap items-center gap-2 border-line border-b bg-error-wash px-4 py-2 text-small">
        <p class="min-w-48 grow">
          <strong class="font-semibold">{who()} saved another version</strong> <When at={props.theirs.changed_at} />. Theirs stands first, yours second.
        </p>
        <Button class="h-8! text-small pointer-coarse:h-11!" disabled={props.busy} onClick={() => props.onTheirs()}>
          Take theirs
        </Button>
        <Button kind="main" class="h-8! text-small pointer-coarse:h-11!" disabled={props.busy} onClick={() => props.onMine()}>
          Keep mine
        </Button>
      </div>
      <Diff path={props.path} before={props.theirs.content ?? ""} after={props.mine} names={[`The version of ${who()}`, "Yours"]} />
    </div>
  );
};
