"""Makes a preset from a classic run: conversion, proof and model card."""
