/** Makes `now` of what stands on the page, and changes no node that can stay: what is selected stays so, and nothing flickers. `take`: a part that looks after itself says so. */
export const grow = (box: Element, now: ParentNode, take: (was: ChildNode | undefined, will: ChildNode) => ChildNode | null): void => {
  const [were, will] = [[...box.childNodes], [...now.childNodes]];
  for (const [at, next] of will.entries()) {
    const was = were[at];
    const taken = take(was, next);
    if (taken !== null) put(box, was, taken);
    else if (was === undefined || !becomes(was, next)) put(box, was, settled(next, take));
    else if (next instanceof Element && was instanceof Element) {
      sync(was, next);
      grow(was, next, take);
    } else lengthen(was, next);
  }
  for (const left of were.slice(will.length)) left.remove();
};

const put = (box: Element, was: ChildNode | undefined, now: ChildNode): void => {
  if (was === now) return;
  if (was === undefined) box.append(now);
  else was.replaceWith(now);
};

/** Whether one node can be changed into the other. */
const becomes = (was: Node, will: Node): boolean => was.nodeName === will.nodeName;

const sync = (was: Element, will: Element): void => {
  for (const name of was.getAttributeNames()) if (!will.hasAttribute(name)) was.removeAttribute(name);
  for (const name of will.getAttributeNames()) {
    const value = will.getAttribute(name) ?? "";
    if (was.getAttribute(name) !== value) was.setAttribute(name, value);
  }
};

/** What is put after a text leaves alone what of it is selected. */
const lengthen = (was: Node, will: Node): void => {
  const [before, after] = [was.nodeValue ?? "", will.nodeValue ?? ""];
  if (before === after) return;
  if (was instanceof Text && after.startsWith(before)) was.appendData(after.slice(before.length));
  else was.nodeValue = after;
};

/** A new part with the parts in it that look after themselves. */
const settled = (node: ChildNode, take: (was: undefined, will: ChildNode) => ChildNode | null): ChildNode => {
  for (const child of [...node.childNodes]) {
    const taken = take(undefined, child);
    if (taken !== null) child.replaceWith(taken);
    else settled(child, take);
  }
  return node;
};
