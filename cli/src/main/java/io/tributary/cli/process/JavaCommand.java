package io.tributary.cli.process;

import io.tributary.cli.faststart.KeptClasses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of another {@code tributary} with this process's Java and class path. */
public final class JavaCommand {
  /** Netty starts the JVM's flight recorder for events of its own that nobody asks for. */
  private static final String WITHOUT_FLIGHT_RECORDER = "-Dio.netty.jfr.enabled=false";

  /**
   * Netty's paths are deep, and with the compiler's own limits the code of one is compiled into
   * many others: with five processes on two cores that took more time than all else in the first
   * ten rounds (docs/decisions/0009-transfer.md). The launcher has the same flags.
   */
  private static final List<String> LIGHT_INLINING =
      List.of("-XX:MaxInlineLevel=9", "-XX:FreqInlineSize=100", "-XX:InlineSmallCode=700");

  private JavaCommand() {}

  /**
   * The words of the command.
   *
   * @param heap most memory of the heap, such as {@code 256m}
   * @param flags further flags of the JVM
   * @param arguments of {@code tributary}
   */
  public static List<String> of(String heap, List<String> flags, List<String> arguments) {
    return of("io.tributary.cli.Tributary", heap, flags, arguments);
  }

  /** The same for another main class. */
  public static List<String> of(
      String main, String heap, List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.addAll(LIGHT_INLINING);
    command.add(WITHOUT_FLIGHT_RECORDER);
    command.addAll(KeptClasses.flags());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return command;
  }
}
