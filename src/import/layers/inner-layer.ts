import type { CallRequest, InnerLayer, RuleLookup, Shape, Tensor, WeightSlot } from "../rule.js";

/** The weights of an inner layer, named and stored under its role in the wrapper. */
export function innerWeights(
  inner: InnerLayer,
  { role, store, inputs, ruleOf }: { role: string; store: string; inputs: readonly Shape[]; ruleOf: RuleLookup },
): WeightSlot[] {
  const slots = ruleOf(inner.className).weights?.({ options: inner.options, inputs, ruleOf }) ?? [];
  return slots.map((slot) =>
    Object.assign({}, slot, {
      layerClass: slot.layerClass ?? inner.className,
      name: `${role}/${slot.name}`,
      store: slot.store === undefined || slot.store === "" ? store : `${store}/${slot.store}`,
      trainable: slot.trainable && inner.trainable,
    }),
  );
}

/** The call of an inner layer whose weights begin at `firstSlot` of the wrapper's. */
export function innerRequest(
  inner: InnerLayer,
  request: CallRequest<object>,
  {
    inputs,
    masks,
    weights,
    firstSlot = 0,
  }: {
    inputs: readonly Tensor[];
    masks: readonly (Tensor | null)[];
    weights: readonly Tensor[];
    firstSlot?: number;
  },
): CallRequest<object> {
  return {
    ...request,
    options: inner.options,
    inputs,
    masks,
    weights,
    trainable: request.trainable && inner.trainable,
    update: (slot, value) => request.update(slot + firstSlot, value),
  };
}

/** The outputs of an inner layer's call. */
export function callInner(inner: InnerLayer, request: CallRequest<object>): readonly Tensor[] {
  const result = request.ruleOf(inner.className).call(request);
  return Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
}

/** The masks that an inner layer's call gives, one for each of its `count` outputs. */
export function innerMasks(inner: InnerLayer, request: CallRequest<object>, count: number): readonly (Tensor | null)[] {
  const { masks } = request.ruleOf(inner.className);
  if (typeof masks === "function") return masks(request);
  const passed = masks === "pass" ? (request.masks[0] ?? null) : null;
  return Array.from({ length: count }, () => passed);
}
