interface Hooked<Subscriber> {
  readonly subscribers: Set<Subscriber>;
  readonly restore: () => boolean;
}

/**
 * Makes a function that puts members over those of an object's class for as long as at least one subscriber is there.
 * `membersOf` is asked once for an object, with the set of its subscribers, the newest last, and gives the property
 * descriptors. The function that a subscription returns ends it; calling it again does nothing. With the last one the
 * object is as it was before the first, unless somebody put members of his own over these meanwhile: then these stay
 * below his, with no subscribers.
 */
export function memberHooks<Target extends object, Subscriber extends object>(
  membersOf: (target: Target, subscribers: ReadonlySet<Subscriber>) => PropertyDescriptorMap,
): (target: Target, subscriber: Subscriber) => () => void {
  const hooked = new WeakMap<Target, Hooked<Subscriber>>();
  return (target, subscriber) => {
    let known = hooked.get(target);
    if (known === undefined) {
      const subscribers = new Set<Subscriber>();
      known = { subscribers, restore: replaceMembers(target, membersOf(target, subscribers)) };
      hooked.set(target, known);
    }
    const { subscribers, restore } = known;
    subscribers.add(subscriber);
    return () => {
      if (subscribers.delete(subscriber) && subscribers.size === 0 && restore()) hooked.delete(target);
    };
  };
}

/** Defines members of an object; the function returned takes them off, where they are still there, and says whether. */
function replaceMembers(target: object, members: PropertyDescriptorMap): () => boolean {
  const before = Object.keys(members).map((key) => [key, Object.getOwnPropertyDescriptor(target, key)] as const);
  for (const [key, descriptor] of Object.entries(members)) {
    Object.defineProperty(target, key, { ...descriptor, configurable: true });
  }
  return () => {
    if (!Object.entries(members).every(([key, descriptor]) => isOwn(target, key, descriptor))) return false;
    for (const [key, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(target, key);
      else Object.defineProperty(target, key, descriptor);
    }
    return true;
  };
}

function isOwn(target: object, key: string, descriptor: PropertyDescriptor): boolean {
  const now = Object.getOwnPropertyDescriptor(target, key);
  return now !== undefined && (["value", "get"] as const).every((part) => now[part] === descriptor[part]);
}
