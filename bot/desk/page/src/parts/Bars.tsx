/** A small chart of bars, drawn by us: each with how much of it is of the darker kind. Read out as a table of words. */
interface Bar {
  label: string;
  value: number;
  part: number;
}

const HEIGHT = 60;
const WIDTH = 10;

export function Bars({ title, bars }: { title: string; bars: Bar[] }) {
  const most = Math.max(...bars.map((bar) => bar.value), 1);
  const said = bars.filter((bar) => bar.value > 0).map((bar) => `${bar.label}: ${bar.value}, taken ${bar.part}`);
  return (
    <figure class="bars">
      <svg
        viewBox={`0 0 ${bars.length * WIDTH} ${HEIGHT + 1}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}. ${said.join("; ") || "None."}`}
      >
        {bars.map((bar, place) => (
          <g key={bar.label} transform={`translate(${place * WIDTH} 0)`}>
            <title>{`${bar.label}: ${bar.value}, taken ${bar.part}`}</title>
            <rect class="bar-ground" x="1" y={HEIGHT} width={WIDTH - 2} height="1" />
            <rect class="bar-all" x="1" y={HEIGHT - (HEIGHT * bar.value) / most} width={WIDTH - 2} height={(HEIGHT * bar.value) / most} />
            <rect class="bar-part" x="1" y={HEIGHT - (HEIGHT * bar.part) / most} width={WIDTH - 2} height={(HEIGHT * bar.part) / most} />
          </g>
        ))}
      </svg>
      <figcaption>
        {title}: from {bars[0]?.label} to {bars.at(-1)?.label}, at most {most} in an hour. Darker: taken by an agent.
      </figcaption>
    </figure>
  );
}
