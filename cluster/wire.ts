/** Whether processes of these numbers understand each other: the newer one knows what the older one speaks. */
export function speaksWith(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1;
}
