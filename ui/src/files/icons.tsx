import type { LucideProps } from "lucide-solid";
import FileArchive from "lucide-solid/icons/file-archive";
import FileAudio from "lucide-solid/icons/file-headphone";
import FileImage from "lucide-solid/icons/file-image";
import FileVideo from "lucide-solid/icons/file-play";
import FileText from "lucide-solid/icons/file-text";
import FileType from "lucide-solid/icons/file-type";
import type { Component, JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Kind } from "./kinds.ts";

const icons: Readonly<Record<Kind, Component<LucideProps>>> = { image: FileImage, audio: FileAudio, video: FileVideo, pdf: FileType, text: FileText, other: FileArchive };

export const KindIcon = (props: { kind: Kind; size?: number }): JSX.Element => (
  <Dynamic component={icons[props.kind]} size={props.size ?? 20} aria-hidden="true" class="shrink-0 text-soft" />
);
