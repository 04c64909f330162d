package io.tributary.cli.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/**
 * Logs to standard error, as text or as JSON lines. Commands that answer at once log errors only;
 * services log their phases. What is set here before the first logger is asked for, holds.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String LEVEL = "tributary.log.level";
  private static final String FORMAT = "tributary.log.format";

  /** Names the class that SLF4J takes instead of looking for one. */
  private static final String PROVIDER = "slf4j.provider";

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level %replace([%X{run} %X{round}"
          + " %X{node}] ){'\\[ +\\] |(?<=\\[) +| +(?=\\])', ''}%logger{0}: %msg%n";

  /** Made by logback, which finds this class by its service file. */
  public LogSetup() {}

  /** For a command that answers at once, unless {@link #service} is called before the first log. */
  public static void quiet() {
    System.setProperty(PROVIDER, QuietLogging.class.getName());
    System.setProperty("slf4j.internal.verbosity", "WARN"); // else it tells what it takes
  }

  /** For a service: the level and whether lines are JSON. */
  public static void service(String level, boolean json) {
    System.clearProperty(PROVIDER);
    System.setProperty(LEVEL, level);
    System.setProperty(FORMAT, json ? "json" : "text");
  }

  /** Leads what libraries log by java.util.logging to the same place. */
  public static void takeOverJavaLogging() {
    LogManager.getLogManager().reset();
    java.util.logging.Logger.getLogger("").addHandler(new Bridge());
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context));
    appender.start();
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    Level level = Level.toLevel(System.getProperty(LEVEL, "error"), Level.ERROR);
    context.getLogger("io.tributary").setLevel(level);
    if (level.isGreaterOrEqual(Level.ERROR)) {
      root.setLevel(Level.ERROR);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
    if (System.getProperty(FORMAT, "text").equals("json")) {
      var json = new JsonEncoder();
      json.setContext(context);
      json.start();
      return json;
    }
    var text = new PatternLayoutEncoder();
    text.setContext(context);
    text.setPattern(PATTERN);
    text.start();
    return text;
  }

  /** Hands records on by their level. */
  private static final class Bridge extends Handler {
    @Override
    public void publish(LogRecord event) {
      String name = event.getLoggerName();
      var logger = LoggerFactory.getLogger(name == null ? "java" : name);
      String message = String.valueOf(event.getMessage());
      int level = event.getLevel().intValue();
      if (level >= java.util.logging.Level.SEVERE.intValue()) {
        logger.error(message, event.getThrown());
      } else if (level >= java.util.logging.Level.WARNING.intValue()) {
        logger.warn(message, event.getThrown());
      } else {
        logger.debug(message, event.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
