import type { JSX } from "solid-js";
import type { WritingBox } from "../composer/box.ts";
import type { Writing } from "../composer/writing.ts";
import { useColony } from "../store.ts";
import { Drop } from "./Drop.tsx";
import { Tray } from "./Tray.tsx";
import { addFiles } from "./uploads.ts";

/** Above the box: what is attached, and what is dropped on the page becomes so. */
export const Attaching = (props: { writing: Writing; box: WritingBox; place: string }): JSX.Element => {
  const colony = useColony();
  const take = (files: readonly File[]) => {
    addFiles(colony, props.writing.id(), files);
    props.box.focus();
  };
  return (
    <>
      <Drop place={props.place} onFiles={take} />
      <Tray writing={props.writing} onDone={props.box.focus} />
    </>
  );
};
