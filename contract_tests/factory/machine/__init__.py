"""The state machine: random steps on a running server, each compared with the model."""

from contract_tests.factory.machine.machine import FactoryMachine
from contract_tests.factory.machine.steps import TOPICS
from contract_tests.factory.machine.walk import Event, Run
