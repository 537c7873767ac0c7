// Builds elements. Text is always set as text; only `html` from our own server is parsed.

type Child = Node | string | null | undefined | false;
type Props<T> = Partial<Omit<T, "style">> & { attrs?: Record<string, string> };

export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props<HTMLElementTagNameMap[Tag]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const { attrs, ...rest } = props;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attrs ?? {})) element.setAttribute(name, value);
  element.append(...children.filter((child): child is Node | string => !!child || child === ""));
  return element;
}

/** A line drawing, 24 by 24, hidden from screen readers: what it stands for is said by its button. */
export function icon(path: string): HTMLElement {
  const holder = el("span", { className: "icon" });
  holder.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
  return holder;
}

/** Plain text with its web addresses as links. */
export function linked(text: string): Child[] {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/g).map((part, index) =>
    index % 2 ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer", textContent: part }) : part,
  );
}
