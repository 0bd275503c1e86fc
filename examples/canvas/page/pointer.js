import { HEIGHT, WIDTH } from "../drawing.ts";

const sheet = document.getElementById("sheet");

/** Where on the canvas a pointer is, in the units of the drawing, whatever the size of the screen. */
export function placeOf({ clientX, clientY }) {
  const { left, top, width, height } = sheet.getBoundingClientRect();
  return {
    x: within(Math.round((clientX - left) / width * WIDTH), WIDTH),
    y: within(Math.round((clientY - top) / height * HEIGHT), HEIGHT),
  };
}

/** Calls `point` with each place that a mouse, a pen or a finger is at, and with `null` when it is gone. */
export function onPointing(point) {
  for (const type of ["pointerdown", "pointermove"]) {
    sheet.addEventListener(type, (event) => point(placeOf(event)));
  }
  sheet.addEventListener("pointerleave", () => point(null));
  // A finger that is lifted is nowhere.
  for (const type of ["pointerup", "pointercancel"]) {
    sheet.addEventListener(type, ({ pointerType }) => {
      if (pointerType !== "mouse") point(null);
    });
  }
}

function within(value, most) {
  return Math.min(Math.max(value, 0), most);
}
