/** A value made on first use, once. */
export function once<T>(make: () => Promise<T>): {(): Promise<T>; made: () => Promise<T> | undefined} {
  let value: Promise<T> | undefined
  const get = () => {
    value ??= make()
    return value
  }
  return Object.assign(get, {made: () => value})
}
