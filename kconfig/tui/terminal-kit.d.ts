/** The part of terminal-kit that the terminal front uses. */
declare module 'terminal-kit' {
  export interface Attributes {
    readonly color?: string
    readonly bgColor?: string
    readonly bold?: boolean
    readonly dim?: boolean
    readonly inverse?: boolean
  }

  export interface ScreenBufferOptions {
    readonly dst: Terminal
    readonly width: number
    readonly height: number
  }

  export class ScreenBuffer {
    constructor(options: ScreenBufferOptions)
    put(options: { readonly x: number; readonly y: number; readonly attr: Attributes }, text: string): void
    draw(options: { readonly delta: boolean }): void
  }

  export interface MouseData {
    readonly x: number
    readonly y: number
  }

  export interface Terminal {
    readonly width: number
    readonly height: number
    fullscreen(on: boolean): void
    hideCursor(hide?: boolean): void
    moveTo(x: number, y: number): void
    grabInput(options: false | { readonly mouse: 'button' }): void
    styleReset(): void
    on(event: 'key', handler: (name: string) => void): void
    on(event: 'mouse', handler: (name: string, data: MouseData) => void): void
    on(event: 'resize', handler: (width: number, height: number) => void): void
    off(event: string, handler: (...args: never[]) => void): void
  }

  const terminalKit: { readonly terminal: Terminal; readonly ScreenBuffer: typeof ScreenBuffer }
  export default terminalKit
}
