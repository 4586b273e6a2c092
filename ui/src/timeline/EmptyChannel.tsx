import type { JSX } from "solid-js";
import type { Channel } from "../api.ts";
import { Cell } from "../parts/Cell.tsx";
import { CopyButton } from "../parts/CopyButton.tsx";

/** An empty channel says how the first message gets into it. */
export const EmptyChannel = (props: { channel: Channel; username: string }): JSX.Element => {
  const token = () => `curl ${location.origin}/api/auth/token -u ${props.username} -d '{"name":"laptop"}'`;
  const post = () =>
    `curl ${location.origin}/api/channels/${props.channel.name ?? props.channel.id}/messages \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -d '{"content":"Hello from the shell"}'`;
  return (
    <div class="mx-auto flex max-w-xl flex-col items-center gap-2 px-5 py-16">
      <Cell class="size-12" />
      <h2 class="mt-2 font-semibold text-title">Nothing has been said here yet</h2>
      <p class="text-center text-soft">Write the first message below, or let an agent begin:</p>
      <Snippet label="1. Make a token, once" text={token()} />
      <Snippet label="2. Post with it" text={post()} />
    </div>
  );
};

const Snippet = (props: { label: string; text: string }): JSX.Element => (
  <figure class="mt-3 w-full">
    <figcaption class="text-meta text-soft">{props.label}</figcaption>
    <div class="mt-1 flex items-start rounded-md border border-line bg-sunken">
      <pre class="min-w-0 grow whitespace-pre-wrap px-3 py-2 font-mono text-small [overflow-wrap:anywhere]">{props.text}</pre>
      <CopyButton label="Copy command" text={() => props.text} class="m-0.5" />
    </div>
  </figure>
);
