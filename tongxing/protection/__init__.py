"""Child protection: a report is heard, the chain is told, a case runs against clocks until the child is safe."""
