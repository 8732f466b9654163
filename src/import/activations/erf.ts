import type { Ops, Tensor } from "../rule.js";

/*
 * W. J. Cody, "Rational Chebyshev approximation for the error function", Math. Comp. 23 (1969), 631-637, as in his
 * Fortran CALERF of 1990. Coefficients from the highest power down.
 */
const nearP = [
  0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694,
] as const;
const nearQ = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171] as const;
const middleP = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
] as const;
const middleQ = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
] as const;
const farP = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
] as const;
const farQ = [
  1, 2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
] as const;

const nearLimit = 0.46875;
const middleLimit = 4;
/** From here on erfc is 0 in float64. */
const farLimit = 28;
const reciprocalRootPi = 1 / Math.sqrt(Math.PI);

/**
 * The complementary error function of every element, to a few units in the last place of the precision that the
 * tensors have: tfjs's own `erf` (Abramowitz-Stegun 7.1.26, backend-cpu 4.22) is off by 1.5e-7 in float64 too. NaN
 * stays NaN. Differentiable.
 */
export function erfc(tf: Ops, x: Tensor): Tensor {
  const withGradient = tf.customGrad((input, save) => {
    const argument = input as Tensor;
    (save as (tensors: Tensor[]) => void)([argument]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const slope = tf.mul(-2 * reciprocalRootPi, tf.exp(tf.neg(tf.square(saved[0] as Tensor))));
      return tf.mul(dy, slope);
    };
    return { value: erfcValue(tf, argument), gradFunc };
  });
  return withGradient(x);
}

function erfcValue(tf: Ops, x: Tensor): Tensor {
  const magnitude = tf.abs(x);
  const near = tf.sub(1, erfNear(tf, tf.clipByValue(x, -nearLimit, nearLimit)));
  const y = tf.clipByValue(magnitude, nearLimit, farLimit);
  const scaled = tf.where(
    tf.lessEqual(y, middleLimit),
    scaledMiddle(tf, tf.minimum(y, middleLimit)),
    scaledFar(tf, tf.maximum(y, middleLimit)),
  );
  const tail = tf.mul(expOfMinusSquare(tf, y), scaled);
  const beyond = tf.where(tf.greater(x, 0), tail, tf.sub(2, tail));
  const value = tf.where(tf.lessEqual(magnitude, nearLimit), near, beyond);
  return tf.where(tf.isNaN(x), x, value);
}

/** The error function for magnitudes up to 0.46875. */
function erfNear(tf: Ops, x: Tensor): Tensor {
  const square = tf.square(x);
  return tf.mul(x, tf.div(polynomial(tf, nearP, square), polynomial(tf, nearQ, square)));
}

/** `exp(y^2) erfc(y)` for y from 0.46875 to 4. */
function scaledMiddle(tf: Ops, y: Tensor): Tensor {
  return tf.div(polynomial(tf, middleP, y), polynomial(tf, middleQ, y));
}

/** `exp(y^2) erfc(y)` for y of 4 and above. */
function scaledFar(tf: Ops, y: Tensor): Tensor {
  const inverseSquare = tf.div(1, tf.square(y));
  const quotient = tf.div(polynomial(tf, farP, inverseSquare), polynomial(tf, farQ, inverseSquare));
  return tf.div(tf.sub(reciprocalRootPi, tf.mul(inverseSquare, quotient)), y);
}

/** `exp(-y^2)` without the relative error that rounding `y^2` would bring: y is split at a sixteenth. */
function expOfMinusSquare(tf: Ops, y: Tensor): Tensor {
  const coarse = tf.div(tf.floor(tf.mul(y, 16)), 16);
  const rest = tf.mul(tf.sub(y, coarse), tf.add(y, coarse));
  return tf.mul(tf.exp(tf.neg(tf.square(coarse))), tf.exp(tf.neg(rest)));
}

function polynomial(tf: Ops, coefficients: readonly number[], x: Tensor): Tensor {
  const [highest, ...rest] = coefficients as readonly [number, ...number[]];
  let value: Tensor = tf.mul(x, highest);
  for (const [index, coefficient] of rest.entries()) {
    value = tf.add(value, coefficient);
    if (index < rest.length - 1) value = tf.mul(value, x);
  }
  return value;
}
