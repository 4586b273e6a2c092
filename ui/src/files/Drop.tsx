import { createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;

/** Takes files that are dropped anywhere on the page: without it a browser would leave the page for the file. */
export const Drop = (props: { place: string; onFiles: (files: readonly File[]) => void }): JSX.Element => {
  const [over, setOver] = createSignal(false);
  const layer = () => document.querySelector("[role=dialog]") !== null;
  let inside = 0;

  const onEnter = (event: DragEvent) => {
    if (!hasFiles(event) || layer()) return;
    inside++;
    setOver(true);
  };
  const onLeave = (event: DragEvent) => {
    if (hasFiles(event)) setOver(--inside > 0);
  };
  const onOver = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = layer() ? "none" : "copy";
  };
  const onDrop = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    inside = 0;
    setOver(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0 && !layer()) props.onFiles(files);
  };
  const listeners: [string, (event: DragEvent) => void][] = [
    ["dragenter", onEnter],
    ["dragleave", onLeave],
    ["dragover", onOver],
    ["drop", onDrop],
  ];
  onMount(() => {
    for (const [type, listener] of listeners) document.addEventListener(type, listener as EventListener);
  });
  onCleanup(() => {
    for (const [type, listener] of listeners) document.removeEventListener(type, listener as EventListener);
  });

  return (
    <Show when={over()}>
      <div class="pointer-events-none fixed inset-3 z-40 flex items-center justify-center rounded-xl border-2 border-accent-ink border-dashed bg-(--veil)">
        <p class="rounded-lg bg-raised px-5 py-3 font-semibold text-title shadow-float">Drop to attach to {props.place}</p>
      </div>
    </Show>
  );
};
