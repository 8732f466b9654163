let closedPort: MessagePort | undefined;

/**
 * Gives the memory of a buffer back at once; nobody may use it any more. A garbage collector would let tens of megabytes
 * lie before it takes them. Shared memory and small pieces, which may be part of a pool, are left to it.
 */
export function freeMemory(buffer: ArrayBufferLike): void {
  /** Up to this the garbage collector does as well. */
  const smallBytes = 2 ** 13;
  if (buffer.byteLength <= smallBytes || !(buffer instanceof ArrayBuffer)) return;
  if ("transfer" in buffer) {
    (buffer as { transfer(size: number): unknown }).transfer(0);
    return;
  }
  // Node 20 and older browsers: what is sent to nobody is freed.
  closedPort ??= openClosedPort();
  closedPort.postMessage(null, [buffer]);
}

function openClosedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
