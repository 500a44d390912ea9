/** More than any document of the service has; what goes down level by level would run out of stack. */
const mostLevels = 500

/** Whether lists and objects of a JSON text stand in each other on more levels than are taken. */
export function isTooDeep(json: string): boolean {
  let [levels, isInString] = [0, false]
  for (let at = 0; at < json.length && levels <= mostLevels; at++) {
    const character = json[at]
    if (isInString && character === '\\') at++
    else if (character === '"') isInString = !isInString
    else if (!isInString && (character === '[' || character === '{')) levels++
    else if (!isInString && (character === ']' || character === '}')) levels--
  }
  return levels > mostLevels
}
