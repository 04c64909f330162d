package io.tributary.cli.bench.transfer;

import io.tributary.federation.FederationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The program of a process that a bench drives: one command a line on standard input, one line of
 * answer each, {@code ok …} or {@code failed …}. It ends with its input.
 */
final class BenchEnd {
  /** Does what one command says and gives the answer's words. */
  @FunctionalInterface
  interface Commands {
    String answer(String[] words) throws Exception;
  }

  private BenchEnd() {}

  /** Says that the process is ready, then answers until the input ends. */
  static void serve(String ready, Commands commands) throws IOException {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("ok " + ready);
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(answer(commands, line.split(" ", -1)));
    }
  }

  private static String answer(Commands commands, String[] words) {
    try {
      return ("ok " + commands.answer(words)).strip();
    } catch (FederationException e) {
      return "failed " + e.sentence();
    } catch (Exception e) {
      return "failed " + String.valueOf(e).replace('\n', ' ');
    }
  }
}
