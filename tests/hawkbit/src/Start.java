// SPDX-License-Identifier: Apache-2.0
package ispup;

import org.eclipse.hawkbit.autoconfigure.security.EnableHawkbitManagedSecurityConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the server of hawkBit's libraries, as its own update server does. */
@SpringBootApplication
@EnableHawkbitManagedSecurityConfiguration
public class Start {
    public static void main(String[] arguments) {
        SpringApplication.run(Start.class, arguments);
    }
}
