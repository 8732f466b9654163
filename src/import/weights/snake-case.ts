/**
 * Keras's name for a class in a file of weights (`to_snake_case` of keras/src/utils/naming.py): `MaxPooling2D` gives
 * `max_pooling2d`, `LSTM` gives `lstm`, `PReLU` gives `p_re_lu`.
 */
export function snakeCase(className: string): string {
  return className
    .replaceAll(/\W+/g, "")
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
