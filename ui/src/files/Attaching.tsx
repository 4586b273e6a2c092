import { type JSX, Show } from "solid-js";
import type { WritingBox } from "../composer/box.ts";
import type { Writing } from "../composer/writing.ts";
import { useColony } from "../store.ts";
import { Drop } from "./Drop.tsx";
import { Tray } from "./Tray.tsx";
import { addFiles } from "./uploads.ts";

/** Above the box: what is attached. `place`: what is dropped on the page is attached to what is written there. */
export const Attaching = (props: { writing: Writing; box: WritingBox; place: string | undefined }): JSX.Element => {
  const colony = useColony();
  const take = (files: readonly File[]) => {
    addFiles(colony, props.writing.place(), files);
    props.box.focus();
  };
  return (
    <>
      <Show when={props.place}>{(place) => <Drop place={place()} onFiles={take} />}</Show>
      <Tray writing={props.writing} onDone={props.box.focus} />
    </>
  );
};
