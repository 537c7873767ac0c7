// Files of a message, and those that wait for the reply that is being written.
import { useRef } from "preact/hooks";
import { drop, filesOf, sizeOf, take, uploading } from "../files";
import type { Attachment, Message } from "../protocol";
import { openId } from "../state";
import "./Files.css";

const TAKEN = "image/png,image/jpeg,image/gif,image/webp,.pdf,.txt,.md,.csv,.log";

export function Attachments({ message }: { message: Message }) {
  if (message.attachments.length === 0) return null;
  return (
    <ul class="files" aria-label="Files">
      {message.attachments.map((file) => (
        <li key={file.place}>
          <One message={message} file={file} />
        </li>
      ))}
    </ul>
  );
}

function One({ message, file }: { message: Message; file: Attachment }) {
  const place = `/api/desk/handoffs/${openId.value}/messages/${message.number}/attachments/${file.place}`;
  const isPicture = file.type?.startsWith("image/") ?? file.name === "photo";
  return (
    <a class="file" href={place} download={file.name}>
      {isPicture && <img src={place} alt="" loading="lazy" />}
      <span>
        {file.name}
        {file.size !== null && <small> {sizeOf(file.size)}</small>}
      </span>
    </a>
  );
}

/** The files that go with the reply, and the way to choose more. */
export function WaitingFiles({ id }: { id: string }) {
  const files = filesOf(id);
  if (files.length === 0 && uploading.value === 0) return null;
  return (
    <ul class="files waiting-files" aria-label="Files that go with this reply">
      {files.map((file) => (
        <li key={file.id} class="file">
          <span>
            {file.name} <small>{sizeOf(file.size)}</small>
          </span>
          <button class="quiet" type="button" aria-label={`Leave out ${file.name}`} onClick={() => drop(id, file)}>
            ×
          </button>
        </li>
      ))}
      {uploading.value > 0 && <li role="status">One moment…</li>}
    </ul>
  );
}

export function AttachButton() {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button class="plain attach" type="button" aria-label="Attach files" onClick={() => field.current?.click()}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M20 11.5l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400l7.800-7.800" />
        </svg>
      </button>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        accept={TAKEN}
        onChange={(event) => {
          const chosen = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          void take(chosen).then(() => document.querySelector<HTMLElement>("#composer")?.focus());
        }}
      />
    </>
  );
}
