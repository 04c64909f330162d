package io.tributary.cli.bench.simulate;

import io.tributary.cli.service.LogSetup;

/** One measured simulation in a process of its own; its last line of output has the figures. */
public final class SimulateProcess {
  private SimulateProcess() {}

  /** The one argument is the order as JSON. */
  public static void main(String[] arguments) {
    LogSetup.takeOverJavaLogging();
    LogSetup.service("warn", false);
    SimulateOrder order = SimulateOrder.parse(arguments[0]);
    SimulateFigures figures =
        order.kind().equals(LenetSimulation.NAME)
            ? new LenetSimulation(order).run()
            : new NoOpSimulation(order).run();
    System.out.println(figures.toJson().canonical());
    System.out.flush();
    System.exit(0);
  }
}
